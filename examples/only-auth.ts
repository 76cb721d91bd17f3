import express from 'express'
import { getKey, litellmAuth, litellmErrors } from 'express-litellm'

const app = express()

// Without arguments: the database and the master key come from the environment and ./config.yaml.
app.get('/reports', litellmAuth({ checkModel: false }), (req, res) => {
  const { alias, owners } = getKey(req) // typed, and never undefined here
  res.json({ alias, team: owners.teamId })
})
app.use(litellmErrors())
app.listen(3000)
